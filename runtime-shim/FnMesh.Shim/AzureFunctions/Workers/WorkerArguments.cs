using System.Globalization;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>How a worker's process is told where to connect, in the words of old workers and of new ones.</summary>
internal static class WorkerArguments
{
    public static string[] Of(Uri listener, string workerId, string requestId)
    {
        var most = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        return
        [
            "--host", listener.Host, "--port", listener.Port.ToString(CultureInfo.InvariantCulture), "--workerId", workerId, "--requestId", requestId, "--grpcMaxMessageLength", most,
            "--functions-uri", listener.ToString(), "--functions-worker-id", workerId, "--functions-request-id", requestId, "--functions-grpc-max-message-length", most,
        ];
    }
}
