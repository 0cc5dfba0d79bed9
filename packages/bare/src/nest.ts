import 'reflect-metadata';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

@Controller()
class AppController {
  @Get('plaintext')
  plaintext() {
    return 'Hello, World!';
  }

  @Get('json')
  json() {
    return { message: 'Hello, World!' };
  }

  @Post('json')
  jsonBody(@Body() body: unknown) {
    return body;
  }

  @Get('users/:id')
  params(@Param('id') id: string) {
    return { id };
  }

  @Get('fails')
  fails() {
    throw new Error('secret');
  }
}

@Module({ controllers: [AppController] })
class AppModule {}

const options = { logger: false } as const;
const app =
  process.argv[2] === 'fastify'
    ? await NestFactory.create(AppModule, new FastifyAdapter(), options)
    : await NestFactory.create(AppModule, options);
await app.listen(Number(process.env.PORT), '127.0.0.1');
