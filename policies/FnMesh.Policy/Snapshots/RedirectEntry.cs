namespace FnMesh.Policy.Snapshots;

/// <summary>The answer that sends the caller elsewhere; null is what stays as it was in the request.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Hostname">Without a port.</param>
/// <param name="Path">Null for the path as received.</param>
/// <param name="Port">Null for that of the scheme, and without a scheme for that of the listener.</param>
/// <param name="StatusCode">301, 302, 303, 307 or 308.</param>
public sealed record RedirectEntry(string? Scheme, string? Hostname, PathChangeEntry? Path, int? Port, int StatusCode);
