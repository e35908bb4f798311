namespace Visma.Connect.Sdk;

/// <summary>The path of an API's base address, in any version: <c>/v2/</c> belongs to an API at <c>/v1/</c>.</summary>
internal sealed class ApiPath(VismaApi api)
{
    private readonly ApiOrigins _ownOrigin = new(api with { Origins = [] });
    private readonly string[] _path = SegmentsOf(api.BaseAddress);

    /// <summary>
    /// False for an address beside the path, and for one that repeats it, as <c>v1/customer</c> does below <c>/v1/</c>. Another origin has other paths.
    /// </summary>
    public bool Contains(Uri address)
    {
        if (_path.Length == 0 || !_ownOrigin.Contains(address))
        {
            return true;
        }

        string[] segments = SegmentsOf(address);
        return BeginsWithPath(segments) && !Repeats([.. segments.Skip(_path.Length)]);
    }

    private bool Repeats(string[] rest) => BeginsWithPath(rest) || (rest.Length > 0 && IsVersion(rest[0]) && IsVersion(_path[^1]));

    private bool BeginsWithPath(string[] segments) =>
        segments.Length >= _path.Length && _path.Zip(segments, IsSame).All(same => same);

    private static bool IsSame(string own, string other) =>
        string.Equals(own, other, StringComparison.OrdinalIgnoreCase) || (IsVersion(own) && IsVersion(other));

    // "v1", "v1.1"
    private static bool IsVersion(string segment) =>
        segment.Length > 1 && segment[0] is 'v' or 'V' && segment.Skip(1).All(letter => letter is '.' or (>= '0' and <= '9'));

    private static string[] SegmentsOf(Uri address) => [.. address.Segments.Select(segment => segment.Trim('/')).Where(segment => segment.Length > 0)];
}
