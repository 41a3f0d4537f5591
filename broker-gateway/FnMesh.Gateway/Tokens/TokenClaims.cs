using System.Collections.Frozen;
using System.Text.Json;

namespace FnMesh.Gateway.Tokens;

/// <summary>The claims of a verified token as texts: a number and a Boolean as JSON writes them, of a list each item, of <c>scope</c> each word. What is deeper is left out.</summary>
internal sealed class TokenClaims
{
    private readonly FrozenDictionary<string, string[]> _claims;
    private readonly FrozenDictionary<string, string[]> _small;

    public TokenClaims(JsonElement payload)
    {
        var claims = payload.EnumerateObject().Select(claim => (claim.Name, Values: Of(claim.Name, claim.Value))).Where(claim => claim.Values.Length > 0).ToArray();
        _claims = claims.ToFrozenDictionary(claim => claim.Name, claim => claim.Values, StringComparer.Ordinal);
        // Of two claims that differ in capitals alone a route means neither.
        _small = claims.GroupBy(claim => claim.Name.ToLowerInvariant(), StringComparer.Ordinal).Where(group => group.Count() == 1)
            .ToFrozenDictionary(group => group.Key, group => group.Single().Values, StringComparer.Ordinal);
    }

    /// <summary>A claim's values; none where there is no such claim.</summary>
    public ReadOnlySpan<string> this[string name] => _claims.TryGetValue(name, out var values) ? values : [];

    /// <summary>A claim's values, by its name in small letters.</summary>
    public ReadOnlySpan<string> Small(string name) => _small.TryGetValue(name, out var values) ? values : [];

    private static string[] Of(string name, JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(Text).OfType<string>()]
        : Text(value) is not { } text ? []
        : name == "scope" ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        : [text];

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TokenJson.TryText(value, out var text) ? text : null,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
