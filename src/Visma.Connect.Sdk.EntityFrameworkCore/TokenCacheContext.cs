using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>The table, defined for every relational database. docs/token-record.md describes it, and docs/schema has its scripts.</summary>
[RequiresUnreferencedCode(AheadOfTime.IsNotSupported)]
[RequiresDynamicCode(AheadOfTime.IsNotSupported)]
internal sealed class TokenCacheContext(DbContextOptions options) : DbContext(options)
{
    // Longer than the ids and versions that the library creates, and short enough for an index in SQL Server.
    private const int IdLength = 64;
    private const int VersionLength = 64;

    public DbSet<TokenRow> Entries => Set<TokenRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        EntityTypeBuilder<TokenRow> entry = modelBuilder.Entity<TokenRow>();
        entry.ToTable(TokenRow.Table);
        entry.HasKey(stored => stored.Id).HasName("pk_visma_tokens");
        entry.Property(stored => stored.Id).HasColumnName("id").HasMaxLength(IdLength).IsUnicode(false);
        entry.Property(stored => stored.Key).HasColumnName("token_key").IsUnicode(false);
        entry.Property(stored => stored.IsConnection).HasColumnName("is_connection");
        entry.Property(stored => stored.Version).HasColumnName("version").HasMaxLength(VersionLength).IsUnicode(false);
        entry.Property(stored => stored.Record).HasColumnName("record");

        // For the pages of a listing of connections. All other queries use the primary key.
        entry.HasIndex(stored => new { stored.IsConnection, stored.Id }).HasDatabaseName("ix_visma_tokens_is_connection_id");
    }
}
