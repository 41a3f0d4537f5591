using System.Text.Json;
using System.Text.Json.Nodes;

namespace FnMesh.Cli.Clients;

/// <summary>Requests to the control service and to the gateway, with every expected failure as a value.</summary>
internal sealed class MeshHttp : IDisposable
{
    private const int MaxAnswerBytes = 64 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    /// <param name="way">How requests travel, left open when this is disposed; null for plain HTTP.</param>
    /// <param name="patience">How long an answer may take; null for the usual.</param>
    public MeshHttp(HttpMessageHandler? way = null, TimeSpan? patience = null) => _http = new HttpClient(way ?? new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }, disposeHandler: way is null)
    {
        Timeout = patience ?? Timeout,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    public Task<Answer> GetAsync(Uri uri, string source, CancellationToken cancel) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, uri), source, cancel);

    /// <param name="request">Sent once, then disposed.</param>
    /// <param name="source">How the address is known, for the sentence when nobody answers.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Answer> SendAsync(HttpRequestMessage request, string source, CancellationToken cancel)
    {
        using var sent = request;
        var place = sent.RequestUri!.GetLeftPart(UriPartial.Authority);
        try
        {
            using var response = await _http.SendAsync(sent, cancel);
            var body = await response.Content.ReadAsByteArrayAsync(cancel);
            return Read((int)response.StatusCode, response.IsSuccessStatusCode, body, place);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return NoAnswer(failure, place, source);
        }
    }

    /// <summary>Hands on the lines of an answer as they come, for as long as they come.</summary>
    /// <param name="uri">What is asked for.</param>
    /// <param name="source">How the address is known, for the sentence when nobody answers.</param>
    /// <param name="line">Takes each line; while it does, nothing is read.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="IOException">The connection broke after lines had come.</exception>
    public async Task<Answer> ReadLinesAsync(Uri uri, string source, Func<string, Task> line, CancellationToken cancel)
    {
        var place = uri.GetLeftPart(UriPartial.Authority);
        HttpResponseMessage response;
        try
        {
            response = await _http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return NoAnswer(failure, place, source);
        }

        using (response)
        {
            if (!response.IsSuccessStatusCode) return Read((int)response.StatusCode, false, await response.Content.ReadAsByteArrayAsync(cancel), place);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
            while (await reader.ReadLineAsync(cancel) is { } text) await line(text);
            return new Answer((int)response.StatusCode, null, ExitCode.Done, "");
        }
    }

    public void Dispose() => _http.Dispose();

    private Answer NoAnswer(Exception failure, string place, string source)
    {
        if (failure is not HttpRequestException refused) return new Answer(0, null, ExitCode.Unreachable, $"cannot reach {place} (from {source}): no answer within {_http.Timeout.TotalSeconds} s");
        var hint = refused.HttpRequestError == HttpRequestError.SecureConnectionError ? "; if that is control's node port, give --control with the address of its API, such as http://127.0.0.1:7070"
            : refused.HttpRequestError == HttpRequestError.ConnectionError ? "; is 'fnmesh up' running? Go to its folder, or give --control with the address of its 'ready' line" : "";
        return new Answer(0, null, ExitCode.Unreachable, $"cannot reach {place} (from {source}): {refused.Message}{hint}");
    }

    private static Answer Read(int status, bool success, byte[] body, string place)
    {
        JsonNode? json = null;
        try
        {
            json = body.Length == 0 ? null : JsonNode.Parse(body);
        }
        catch (JsonException) when (success)
        {
            return new Answer(status, null, ExitCode.Failed, $"{place} answered {status} with something that is not JSON; is it a FnMesh control service?");
        }
        catch (JsonException)
        {
            json = null;
        }

        return success ? new Answer(status, json, ExitCode.Done, "") : new Answer(status, json, ExitCode.Failed, Explain(status, json as JsonObject, place));
    }

    private static string Explain(int status, JsonObject? problem, string place)
    {
        if (problem is null)
            return $"{place} answered {status}";
        var title = problem.Text("title");
        var detail = problem.Text("detail");
        var verdict = problem.Text("verdict");
        var sentence = string.Join(": ", new[] { title, detail }.Where(part => part.Length > 0));
        return $"{status} {(verdict.Length > 0 && verdict != title ? $"{verdict} " : "")}{sentence}".TrimEnd();
    }
}
