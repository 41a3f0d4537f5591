using System.Net;

namespace FnMesh.Gateway.Tests.Balancing;

/// <summary>A request that waits for the test to answer it.</summary>
internal sealed class Ask(string address)
{
    public string Address => address;

    public TaskCompletionSource<HttpStatusCode> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
