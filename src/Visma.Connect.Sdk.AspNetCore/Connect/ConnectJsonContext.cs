using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>Writes and reads what cookies and links contain, without reflection.</summary>
[JsonSerializable(typeof(PendingAttempt))]
[JsonSerializable(typeof(ReconnectLink))]
[JsonSerializable(typeof(ReceivedResponse))]
internal sealed partial class ConnectJsonContext : JsonSerializerContext
{
    /// <summary>Writes as few characters as possible: the text is encrypted, so quotes need no escape for HTML.</summary>
    public static ConnectJsonContext Short { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    });
}
