namespace FnMesh.Cli.Commands;

/// <summary>What the ready line of a role says of its metrics and health.</summary>
internal static class ReadyAdmin
{
    /// <returns>The last member of the line's object; empty when they are served nowhere.</returns>
    public static string Of(Uri? address) => address is null ? "" : $",\"admin\":\"{address.GetLeftPart(UriPartial.Authority)}\"";
}
