import { type JsonBody, schemas } from '@heptathlon/contract';
import { BadRequestException, Injectable, type PipeTransform } from '@nestjs/common';

@Injectable()
export class JsonBodyPipe implements PipeTransform {
  transform(body: JsonBody | undefined): JsonBody {
    if (typeof body !== 'object' || body === null) throw new BadRequestException();
    return body;
  }
}

@Injectable()
export class UserIdPipe implements PipeTransform {
  transform(id: string): string {
    if ([...id].length > schemas.UserId.maxLength) throw new BadRequestException();
    return id;
  }
}
