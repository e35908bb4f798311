namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Infrastructure;

/// <summary>Keys that encrypt the entries of the tests.</summary>
public static class TestKeys
{
    public const string First = "Zmlyc3Qga2V5LCBmb3IgdGVzdHMgb25seSwgMzIgYi4=";
    public const string Second = "c2Vjb25kIGtleSwgZm9yIHRlc3RzIG9ubHksIDMyYi4=";

    public static TokenEntrySerializer Serializer { get; } = SerializerWith(("first", First));

    /// <summary>Creates a serializer that encrypts with the last of these keys.</summary>
    public static TokenEntrySerializer SerializerWith(params (string Name, string Key)[] keys)
    {
        TokenProtectionOptions options = new() { CurrentKey = keys[^1].Name };
        foreach ((string name, string key) in keys)
        {
            options.Keys[name] = key;
        }

        return new TokenEntrySerializer(new AesGcmTokenProtector(options));
    }
}
