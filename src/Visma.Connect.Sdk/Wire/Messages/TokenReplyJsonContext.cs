using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

// A parser takes the first or the last of two members with one name, and an attacker may know which one. So both are refused.
[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TokenReply))]
internal sealed partial class TokenReplyJsonContext : JsonSerializerContext;
