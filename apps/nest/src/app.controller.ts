import {
  clampCount,
  type JsonBody,
  type Message,
  type User,
  type World,
} from '@heptathlon/contract';
import type { Database } from '@heptathlon/db';
import { type WorldsPage, worldsPage } from '@heptathlon/templates';
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
  UseGuards,
} from '@nestjs/common';
import { JsonGuard } from './json.guard.js';
import { JsonBodyPipe } from './json-body.pipe.js';
import { DATABASE } from './tokens.js';
import { UserIdPipe } from './user-id.pipe.js';

@Controller()
export class AppController {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  @Get('plaintext')
  // Nest on Express sends a string as text/html.
  @Header('Content-Type', 'text/plain; charset=utf-8')
  plaintext(): string {
    return 'Hello, World!';
  }

  @Get('json')
  json(): Message {
    return { message: 'Hello, World!' };
  }

  @Post('json')
  @HttpCode(200)
  @UseGuards(JsonGuard)
  jsonBody(@Body(JsonBodyPipe) body: JsonBody): JsonBody {
    return body;
  }

  @Get('users/:id')
  params(@Param('id', UserIdPipe) id: string): User {
    return { id };
  }

  @Get('db')
  async db(): Promise<World> {
    const world = await this.database.randomWorld();
    return world;
  }

  @Get('queries')
  async queries(@Query('count') rawCount: unknown): Promise<World[]> {
    const count = clampCount(rawCount);
    const worlds = await this.database.randomWorlds(count);
    return worlds;
  }

  @Get('template')
  @Render('worlds')
  async template(): Promise<WorldsPage> {
    const worlds = await this.database.randomWorlds(10);
    return worldsPage(worlds);
  }
}
