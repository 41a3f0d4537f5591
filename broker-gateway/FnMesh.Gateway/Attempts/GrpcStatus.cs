using System.Globalization;
using System.Net.Http.Headers;
using Grpc.Core;

namespace FnMesh.Gateway.Attempts;

/// <summary>What a function that speaks gRPC says of its answer, in the head or after the body.</summary>
internal static class GrpcStatus
{
    private const string Header = "grpc-status";

    /// <summary>Null when it is not there, or no number.</summary>
    public static int? Of(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.TryGetValues(Header, out var values)) return null;
        foreach (var value in values)
        {
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var code)) return code;
        }

        return null;
    }

    /// <summary>Whether it says that the function failed, as a status from 500 on would, and not that the call was wrong.</summary>
    public static bool IsFailure(int code) => (StatusCode)code is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss or StatusCode.DeadlineExceeded;
}
