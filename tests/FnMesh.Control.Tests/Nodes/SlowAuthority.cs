using FnMesh.Control.Identity;
using FnMesh.Node.Identity;

namespace FnMesh.Control.Tests.Nodes;

/// <summary>An authority that signs at once and, when it is told to, hands over what it signed only later, as one that is reached over a network may.</summary>
internal sealed class SlowAuthority(EmbeddedAuthority authority) : ICertificateAuthority
{
    private TaskCompletionSource? _held;

    public TrustBundle Bundle => authority.Bundle;

    /// <summary>The next signature is handed over once the result is completed.</summary>
    public TaskCompletionSource Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask<IReadOnlyList<byte[]>> SignAsync(SpiffeId id, ReadOnlyMemory<byte> request, TimeSpan life, CancellationToken cancel)
    {
        var signed = await authority.SignAsync(id, request, life, cancel);
        if (Interlocked.Exchange(ref _held, null) is { } held) await held.Task.WaitAsync(cancel);
        return signed;
    }
}
