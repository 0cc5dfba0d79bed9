import type { IncomingMessage } from 'node:http';
import { JSON_TYPE } from '@heptathlon/contract';
import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnsupportedMediaTypeException,
} from '@nestjs/common';

/** Refuses a body of another type: Express has passed it by, and Fastify parses text, too. */
@Injectable()
export class JsonGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
    if (!JSON_TYPE.test(headers['content-type'] ?? '')) throw new UnsupportedMediaTypeException();
    return true;
  }
}
