using System.Text.RegularExpressions;

namespace FnMesh.Policy.Reading;

/// <summary>What names, hosts, paths, types and patterns may look like.</summary>
internal static partial class Names
{
    public static readonly string[] Reserved = ["broker", "control", "edge", "gateway", "mesh"];

    public static readonly string[] Methods = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

    /// <summary>A DNS label, for JSON Schema.</summary>
    public const string LabelPattern = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

    public static bool IsLabel(string name) => Label().IsMatch(name);

    public static bool IsTrustDomain(string name) => TrustDomain().IsMatch(name);

    /// <summary>A DNS name, exact or with a leading <c>*.</c>, that is no address.</summary>
    public static bool IsHostname(string name) => name.Length <= 253 && Hostname().IsMatch(name) && !System.Net.IPAddress.TryParse(name, out _);

    public static bool IsToken(string name) => Token().IsMatch(name);

    public static bool IsAttribute(string name) => Attribute().IsMatch(name);

    /// <summary>A pattern has at most one <c>*</c>, which stands alone, first or last.</summary>
    public static bool IsPattern(string text)
    {
        var star = text.IndexOf('*', StringComparison.Ordinal);
        return star < 0 || ((star == 0 || star == text.Length - 1) && text.LastIndexOf('*') == star);
    }

    public static bool IsVisible(string text) => !text.Any(c => c is <= ' ' or > '~');

    /// <summary>Why no request could have this path; null when one could. Encoded slashes, <c>//</c> and <c>;</c> are matched as the bytes they are.</summary>
    public static string? PathFault(string path)
    {
        if (!path.StartsWith('/')) return "must begin with '/'";
        if (path.Length > 1024) return "is longer than 1024 characters";
        if (!IsVisible(path)) return "holds a space, a control character or a character that must be percent-encoded";
        if (path.AsSpan().IndexOfAny("?#\\") is >= 0 and var at) return $"must not hold '{path[at]}'";
        return path.Split('/').Any(part => part.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..")
            ? "holds a dot segment, which no accepted request has"
            : null;
    }

    /// <summary>An absolute http or https address without user and fragment.</summary>
    public static bool IsHttpAddress(string text) =>
        IsVisible(text)
        && (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;

    [GeneratedRegex(@"\A[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[a-z0-9._-]{1,255}\z", RegexOptions.NonBacktracking)]
    private static partial Regex TrustDomain();

    [GeneratedRegex(@"\A(?:\*\.)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Hostname();

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Token();

    [GeneratedRegex(@"\A[a-z0-9]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Attribute();
}
