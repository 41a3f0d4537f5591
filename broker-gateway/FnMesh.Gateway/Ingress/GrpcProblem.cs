using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tracing;
using FnMesh.Node.Http;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Ingress;

/// <summary>Writes a verdict as a status of gRPC, for callers that would not read problem details.</summary>
internal static class GrpcProblem
{
    public static void Write(HttpResponse response, Outcome outcome)
    {
        GrpcAnswer.Write(response, StatusOf(outcome), outcome.Reason ?? VerdictName.Of(outcome.Verdict));
        Problem.WriteHeaders(response, outcome);
    }

    /// <summary>As gRPC maps HTTP statuses, but that time which is up is no invitation to try again, what is too long is told as gRPC's own servers do, and a route that leads nowhere is Unavailable (Gateway API, GRPCRouteRule.backendRefs).</summary>
    internal static StatusCode StatusOf(in Outcome outcome) => outcome.Verdict switch
    {
        Verdict.Timeout or Verdict.Expired => StatusCode.DeadlineExceeded,
        Verdict.TooLarge => StatusCode.ResourceExhausted,
        Verdict.InvalidBackend => StatusCode.Unavailable,
        Verdict.Injected when outcome.Grpc is { } injected => (StatusCode)injected,
        _ => GrpcAnswer.StatusOf(VerdictStatus.Of(outcome)),
    };
}
