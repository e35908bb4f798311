using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Visma.Connect.Sdk.EntityFrameworkCore;

/// <summary>The one table, in the words of every relational database. docs/token-record.md describes it, docs/schema has its scripts.</summary>
internal sealed class TokenCacheContext(DbContextOptions options) : DbContext(options)
{
    public const string Table = "visma_tokens";

    // As the library makes them, with room; and within what SQL Server can index.
    private const int IdLength = 64;
    private const int VersionLength = 64;

    public DbSet<StoredEntry> Entries => Set<StoredEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        EntityTypeBuilder<StoredEntry> entry = modelBuilder.Entity<StoredEntry>();
        entry.ToTable(Table);
        entry.HasKey(stored => stored.Id).HasName("pk_visma_tokens");
        entry.Property(stored => stored.Id).HasColumnName("id").HasMaxLength(IdLength).IsUnicode(false);
        entry.Property(stored => stored.Key).HasColumnName("token_key").IsUnicode(false);
        entry.Property(stored => stored.IsConnection).HasColumnName("is_connection");
        entry.Property(stored => stored.Version).HasColumnName("version").HasMaxLength(VersionLength).IsUnicode(false);
        entry.Property(stored => stored.Record).HasColumnName("record");

        // Serves the list of connections, page by page; all else goes by the primary key.
        entry.HasIndex(stored => new { stored.IsConnection, stored.Id }).HasDatabaseName("ix_visma_tokens_is_connection_id");
    }
}
