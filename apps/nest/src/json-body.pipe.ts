import type { JsonBody } from '@heptathlon/contract';
import { BadRequestException, Injectable, type PipeTransform } from '@nestjs/common';

@Injectable()
export class JsonBodyPipe implements PipeTransform<unknown, JsonBody> {
  transform(body: unknown): JsonBody {
    if (typeof body !== 'object' || body === null) throw new BadRequestException();
    return body as JsonBody;
  }
}
