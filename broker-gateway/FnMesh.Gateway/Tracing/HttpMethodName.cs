namespace FnMesh.Gateway.Tracing;

/// <summary>Request methods as attributes: few enough to count by.</summary>
internal static class HttpMethodName
{
    /// <summary>What stands for every method that is not well known.</summary>
    public const string Other = "_OTHER";

    private static readonly string[] Known = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "QUERY", Other];

    public static int Count => Known.Length;

    public static string Of(string method) => Known[IndexOf(method)];

    /// <summary>From 0 up to, but not, <see cref="Count"/>.</summary>
    public static int IndexOf(string method)
    {
        for (var i = 0; i < Known.Length; i++)
        {
            if (Known[i] == method) return i;
        }

        return Known.Length - 1;
    }
}
