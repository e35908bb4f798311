using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests;

public sealed class DataProtectionTests : IDisposable
{
    private readonly DirectoryInfo _ring = Directory.CreateTempSubdirectory("visma-tests-keys-");
    private readonly DirectoryInfo _otherRing = Directory.CreateTempSubdirectory("visma-tests-keys-");
    private readonly TokenDatabase _database = TokenDatabase.Sqlite();

    [Fact]
    public async Task Entry_is_read_by_another_process_with_the_same_key_ring()
    {
        await using ServiceProvider first = Process(_ring);
        await using ServiceProvider second = Process(_ring);
        TokenEntry entry = Entries.New();

        await CacheOf(first).SaveAsync(Entries.Key, entry, null, Entries.Cancellation);

        Assert.Equal("t0ken", (await CacheOf(second).GetAsync(Entries.Key, Entries.Cancellation))?.Tokens.AccessToken.Value);
    }

    [Fact]
    public async Task Entry_of_another_key_ring_is_unreadable_and_no_other_entry()
    {
        await using ServiceProvider first = Process(_ring);
        await using ServiceProvider other = Process(_otherRing);
        await CacheOf(first).SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation);
        await CacheOf(other).SaveAsync(TokenKey.ForClient("erp"), Entries.New(), null, Entries.Cancellation);

        UnreadableEntryException error = await Assert.ThrowsAsync<UnreadableEntryException>(() => CacheOf(other).GetAsync(Entries.Key, Entries.Cancellation).AsTask());

        Assert.Contains("was not found in the key ring", error.Message, StringComparison.Ordinal);
        Assert.NotNull(await CacheOf(other).GetAsync(TokenKey.ForClient("erp"), Entries.Cancellation));
    }

    // The entry is not unreadable for good. If it counted as unreadable, a disconnection would remove it.
    [Fact]
    public async Task Key_ring_that_is_out_of_reach_is_a_failure_that_passes()
    {
        await using ServiceProvider first = Process(_ring);
        await CacheOf(first).SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation);
        await using ServiceProvider second = Process(_ring, services => services.Configure<KeyManagementOptions>(options => options.XmlRepository = new Unreachable()));

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => CacheOf(second).GetAsync(Entries.Key, Entries.Cancellation).AsTask());

        Assert.IsType<IOException>(error.InnerException);
        VismaConnectException told = await Assert.ThrowsAsync<VismaConnectException>(() => second.GetRequiredService<VismaConnections>().DisconnectAsync("nxt", "customer-42", Entries.Cancellation));
        Assert.True(told.IsTransient);
        Assert.NotNull(await CacheOf(first).GetAsync(Entries.Key, Entries.Cancellation));
    }

    [Fact]
    public async Task Record_that_was_moved_to_another_row_is_unreadable()
    {
        await using ServiceProvider process = Process(_ring);
        TokenKey other = TokenKey.ForConnection("nxt", "customer-43");
        await CacheOf(process).SaveAsync(Entries.Key, Entries.New(), null, Entries.Cancellation);
        await CacheOf(process).SaveAsync(other, Entries.New(), null, Entries.Cancellation);

        await _database.ExecuteAsync("UPDATE visma_tokens SET (record, version) = (SELECT record, version FROM visma_tokens WHERE token_key = 'connection/nxt/customer-42')");

        Assert.NotNull(await CacheOf(process).GetAsync(Entries.Key, Entries.Cancellation));
        await Assert.ThrowsAsync<UnreadableEntryException>(() => CacheOf(process).GetAsync(other, Entries.Cancellation).AsTask());
    }

    public void Dispose()
    {
        _database.Dispose();
        _ring.Delete(recursive: true);
        _otherRing.Delete(recursive: true);
    }

    private static ITokenCache CacheOf(ServiceProvider process) => process.GetRequiredService<ITokenCache>();

    private ServiceProvider Process(DirectoryInfo ring, Action<IServiceCollection>? configure = null)
    {
        ServiceCollection services = new();
        services.AddVismaConnect(_ => { }).AddSqliteTokenCache(_database.ConnectionString).ProtectTokensWithDataProtection();
        services.AddDataProtection().PersistKeysToFileSystem(ring).SetApplicationName("acme");
        configure?.Invoke(services);
        return services.BuildServiceProvider();
    }

    private sealed class Unreachable : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => throw new IOException("The blob store cannot be reached.");

        public void StoreElement(XElement element, string friendlyName) => throw new IOException("The blob store cannot be reached.");
    }
}
