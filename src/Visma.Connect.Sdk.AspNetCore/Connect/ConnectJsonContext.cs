using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

/// <summary>Writes and reads what cookies and links contain, without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PendingAttempt))]
[JsonSerializable(typeof(ReconnectLink))]
[JsonSerializable(typeof(ReceivedResponse))]
internal sealed partial class ConnectJsonContext : JsonSerializerContext;
