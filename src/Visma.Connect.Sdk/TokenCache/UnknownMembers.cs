using System.Text.Json;

namespace Visma.Connect.Sdk.TokenCache;

/// <summary>The members of a record that a newer version of the library has written, and this version does not define.</summary>
internal sealed class UnknownMembers(Dictionary<string, JsonElement> members) : IEquatable<UnknownMembers>
{
    public Dictionary<string, JsonElement> Members => members;

    public static UnknownMembers? Of(Dictionary<string, JsonElement>? members) => members is { Count: > 0 } ? new UnknownMembers(members) : null;

    public bool Equals(UnknownMembers? other) => other is not null
        && members.Count == other.Members.Count
        && members.All(member => other.Members.TryGetValue(member.Key, out JsonElement value) && JsonElement.DeepEquals(member.Value, value));

    public override bool Equals(object? obj) => Equals(obj as UnknownMembers);

    public override int GetHashCode() => members.Count;
}
