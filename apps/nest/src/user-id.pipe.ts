import { schemas } from '@heptathlon/contract';
import { BadRequestException, Injectable, type PipeTransform } from '@nestjs/common';

@Injectable()
export class UserIdPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if ([...id].length > schemas.UserId.maxLength) throw new BadRequestException();
    return id;
  }
}
