using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

// Of two members with one name a parser picks the first or the last; an attacker may count on that, so neither is taken.
[JsonSourceGenerationOptions(AllowDuplicateProperties = false)]
[JsonSerializable(typeof(TokenReply))]
internal sealed partial class TokenReplyJsonContext : JsonSerializerContext;
