CREATE TABLE "ROLE_IDS" (
  "RoleGuid" UUID NOT NULL,
  "ProductName" TEXT NOT NULL,
  "RoleName" TEXT NOT NULL
);
CREATE UNIQUE INDEX "RoleGuid_index" ON "ROLE_IDS" ("RoleGuid");

