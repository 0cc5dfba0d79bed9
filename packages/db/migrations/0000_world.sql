CREATE TABLE "world" (
	"id" integer PRIMARY KEY NOT NULL,
	"random_number" integer NOT NULL,
	CONSTRAINT "world_id_range" CHECK ("world"."id" between 1 and 10000),
	CONSTRAINT "world_random_number_range" CHECK ("world"."random_number" between 1 and 10000)
);
