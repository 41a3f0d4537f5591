namespace FnMesh.Gateway.Tests.Wall;

/// <summary>A request as it arrived behind the gateway.</summary>
/// <param name="Headers">Names in small letters.</param>
internal sealed record ForwardedRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body);
