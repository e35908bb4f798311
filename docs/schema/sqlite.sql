CREATE TABLE "visma_tokens" (
    "id" TEXT NOT NULL CONSTRAINT "pk_visma_tokens" PRIMARY KEY,
    "token_key" TEXT NOT NULL,
    "is_connection" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "record" BLOB NOT NULL
);
CREATE INDEX "ix_visma_tokens_is_connection_id" ON "visma_tokens" ("is_connection", "id");
