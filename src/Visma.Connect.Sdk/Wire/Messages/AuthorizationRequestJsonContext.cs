using System.Text.Json.Serialization;

namespace Visma.Connect.Sdk;

[JsonSourceGenerationOptions(AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AuthorizationRequest))]
internal sealed partial class AuthorizationRequestJsonContext : JsonSerializerContext;
