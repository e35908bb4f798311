using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk.TokenCache;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TokenRecord))]
internal sealed partial class TokenRecordJsonContext : JsonSerializerContext;
