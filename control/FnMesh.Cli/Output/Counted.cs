using System.Globalization;

namespace FnMesh.Cli.Output;

/// <summary>Numbers of things.</summary>
internal static class Counted
{
    /// <summary><c>1 app</c>, <c>2 apps</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">One of them; many of them have an s.</param>
    public static string Of(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
