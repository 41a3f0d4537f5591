using FnMesh.Gateway.Pipeline;
using FnMesh.Node.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.Gateway.Idempotency;

/// <summary>Puts keys between a call and its attempts.</summary>
internal sealed class KeyedCalls(KeyStore store, ILogger log, TimeProvider time)
{
    /// <summary>What carries the key.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>What copies of answers may take in memory, all together: 64 MiB.</summary>
    private readonly CopyBudget _copies = new(64 * 1024 * 1024);

    /// <summary>The same terminal for calls without a key, which are almost all.</summary>
    public ITerminal Over(ITerminal terminal, HttpContext context) => context.Request.Headers.ContainsKey(Header) ? new KeyedCall(terminal, context, store, _copies, log, time) : terminal;
}
