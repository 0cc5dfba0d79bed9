import { clampCount, type JsonBody } from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import { worldsPage } from '@heptathlon/templates';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Render,
} from '@nestjs/common';
import { JsonBodyPipe, UserIdPipe } from './pipes.js';
import { DATABASE } from './tokens.js';

@Controller()
export class AppController {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  @Get('plaintext')
  // Nest on Express sends a string as text/html.
  @Header('Content-Type', 'text/plain; charset=utf-8')
  plaintext() {
    return 'Hello, World!';
  }

  @Get('json')
  json() {
    return { message: 'Hello, World!' };
  }

  @Post('json')
  @HttpCode(200)
  jsonBody(@Body(JsonBodyPipe) body: JsonBody) {
    return body;
  }

  @Get('users/:id')
  params(@Param('id', UserIdPipe) id: string) {
    return { id };
  }

  @Get('db')
  async db() {
    const world = await this.database.randomWorld();
    return world;
  }

  @Get('queries')
  async queries(@Query('count') rawCount: unknown) {
    const count = clampCount(rawCount);
    const worlds = await this.database.randomWorlds(count);
    return worlds;
  }

  @Get('template')
  @Render('worlds')
  async template() {
    const worlds = await this.database.randomWorlds(10);
    return worldsPage(worlds);
  }
}
