using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.AzureFunctions.Workers;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>The beginning of a run, whatever it is for.</summary>
internal static class InvocationRequests
{
    public const string TraceParent = "traceparent";

    /// <summary>A worker fails where the context of the trace is not set, so it is set where there is no trace too.</summary>
    /// <param name="function">The function.</param>
    /// <param name="request">What asks for it; null where nobody does.</param>
    public static InvocationRequest Of(IndexedFunction function, HttpRequest? request) => new()
    {
        InvocationId = RandomId.Next(),
        FunctionId = function.Id,
        TraceContext = new RpcTraceContext { TraceParent = request?.Headers[TraceParent].ToString() ?? "", TraceState = request?.Headers["tracestate"].ToString() ?? "" },
    };
}
