using System.Net.Http.Headers;

using FnMesh.Cli.Clients;

namespace FnMesh.Cli.Commands;

/// <summary>A call as it is written on the command line.</summary>
internal static class CallRequest
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>One of the two results is null; the other says what is wrong.</summary>
    public static async Task<(HttpRequestMessage? Request, string? Misuse)> ReadAsync(
        string app, string path, string? method, string? data, IReadOnlyList<string> headers, Terminal terminal, CancellationToken cancel)
    {
        if (Uri.CheckHostName(app) != UriHostNameType.Dns || app.Contains(':', StringComparison.Ordinal))
            return (null, $"'{app}' is no name of an app");
        if (!path.StartsWith('/'))
            return (null, $"the path '{path}' does not begin with '/'");
        if (!Uri.TryCreate($"http://{app}{path}", AsWritten, out var target))
            return (null, $"the path '{path}' cannot be part of an address");
        byte[]? body;
        try
        {
            body = await DataArgument.ReadAsync(data, terminal, cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, failure.Message);
        }

        HttpRequestMessage request;
        try
        {
            request = new HttpRequestMessage(new HttpMethod(method ?? (body is null ? "GET" : "POST")), target);
        }
        catch (FormatException)
        {
            return (null, $"'{method}' is no HTTP method");
        }

        if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(DataArgument.MediaTypeOf(body)) } };
        foreach (var header in headers)
        {
            if (header.Split(':', 2) is not [var name, var value] || !Add(request, name.Trim(), value.Trim()))
            {
                request.Dispose();
                return (null, $"--header '{header}' is not NAME: VALUE");
            }
        }

        return (request, null);
    }

    private static bool Add(HttpRequestMessage request, string name, string value)
    {
        if (request.Content is { } content && name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
        {
            content.Headers.Remove(name);
            return content.Headers.TryAddWithoutValidation(name, value);
        }

        return request.Headers.TryAddWithoutValidation(name, value);
    }
}
