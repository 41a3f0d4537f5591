using System.Net;

namespace FnMesh.Node.Tests.Members;

/// <summary>Fails as often as it is told, then answers 200; keeps what was asked.</summary>
internal sealed class ScriptedGateway : HttpMessageHandler
{
    private int _failures;
    private Exception _failure = new InvalidOperationException();

    public List<(string Gateway, string? Host, string Path, string? Deadline)> Requests { get; } = [];

    /// <summary>Called after each failure.</summary>
    public Action Failed { get; set; } = () => { };

    public void Fail(int times, Exception failure) => (_failures, _failure) = (times, failure);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var deadline = request.Headers.TryGetValues("fnmesh-deadline", out var values) ? values.Single() : null;
        Requests.Add((request.RequestUri!.Authority, request.Headers.Host, request.RequestUri.PathAndQuery, deadline));
        if (_failures == 0) return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        _failures--;
        Failed();
        return Task.FromException<HttpResponseMessage>(_failure);
    }
}
