import { AppController } from '@heptathlon/app-nest/app.controller';
import { Module } from '@nestjs/common';

@Module({ controllers: [AppController] })
export class AppModule {}
