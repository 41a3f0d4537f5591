using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Reading;

/// <summary>Reads a CORS filter.</summary>
internal static class CorsReader
{
    private const string Any = "*";
    private const int DefaultMaxAge = 5;

    public static CorsEntry Read(FieldReader cors)
    {
        var origins = ReadOrigins(cors);
        var credentials = cors.Flag("allowCredentials")?.Value ?? false;
        var methods = ReadNames(cors, "allowMethods");
        var headers = ReadNames(cors, "allowHeaders");
        var expose = ReadNames(cors, "exposeHeaders");
        var age = cors.Whole("maxAge", 1, int.MaxValue)?.Value ?? DefaultMaxAge;
        cors.Close();
        if (credentials && expose.Contains(Any))
            cors.Error(DiagnosticCodes.CorsContradicts, cors.Place("exposeHeaders"), "with allowCredentials '*' in exposeHeaders would be a header of that name; name the headers");
        return new CorsEntry { AllowOrigins = origins, AllowCredentials = credentials, AllowMethods = methods, AllowHeaders = headers, ExposeHeaders = expose, MaxAge = age };
    }

    private static ImmutableArray<string> ReadOrigins(FieldReader cors)
    {
        var origins = ImmutableArray.CreateBuilder<string>();
        var list = cors.List("allowOrigins");
        foreach (var written in cors.Texts(list, "allowOrigins"))
        {
            if (Canonical(written.Value) is { } origin)
                origins.Add(origin);
            else
                cors.Error(DiagnosticCodes.InvalidValue, written.Origin, $"{Quoted.Text(written.Value)} is no origin; write scheme, host and port, such as 'https://shop.example' or 'https://*.shop.example', or '*' for all");
        }

        Alone(cors, "allowOrigins", list, origins);
        return [.. origins.Distinct(StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> ReadNames(FieldReader cors, string field)
    {
        var list = cors.List(field);
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var name in cors.Texts(list, field))
        {
            if (!Names.IsToken(name.Value)) cors.Error(DiagnosticCodes.InvalidName, name.Origin, $"{Quoted.Text(name.Value)} in '{field}' is no name; '*' stands for all");
            names.Add(name.Value);
        }

        if (field != "exposeHeaders") Alone(cors, field, list, names);
        return names.ToImmutable();
    }

    private static void Alone(FieldReader cors, string field, Written<ImmutableArray<Yaml.YamlNode>>? list, ImmutableArray<string>.Builder values)
    {
        if (values.Count > 1 && values.Contains(Any))
            cors.Error(DiagnosticCodes.CorsContradicts, list!.Value.Origin, $"'{field}' has '*' beside others; write '*' alone, or the others alone");
    }

    /// <summary>As browsers write it: lower case, without the scheme's own port. Null when it is none.</summary>
    private static string? Canonical(string text)
    {
        if (text == Any) return Any;
        var lower = text.ToLowerInvariant();
        var scheme = lower.StartsWith("http://", StringComparison.Ordinal) ? "http" : lower.StartsWith("https://", StringComparison.Ordinal) ? "https" : null;
        if (scheme is null) return null;
        var authority = lower[(scheme.Length + 3)..];
        var colon = authority.LastIndexOf(':');
        var host = colon < 0 ? authority : authority[..colon];
        if (host.Length == 0 || host.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '*'))) return null;
        if (colon < 0) return lower;
        if (!ushort.TryParse(authority[(colon + 1)..], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port) || port == 0) return null;
        return port == (scheme == "http" ? 80 : 443) ? $"{scheme}://{host}" : lower;
    }
}
