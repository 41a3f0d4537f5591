using System.Globalization;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Node.Http;

/// <summary>How the mesh itself answers a call of gRPC: a status without messages, in the form that gRPC calls trailers-only.</summary>
public static class GrpcAnswer
{
    /// <summary>The status that gRPC gives to an HTTP status which did not come from a gRPC server.</summary>
    public static StatusCode StatusOf(int http) => http switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>Fills in an answer that has not begun; no body may follow.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="status">What the caller sees.</param>
    /// <param name="message">For people.</param>
    public static void Write(HttpResponse response, StatusCode status, string message)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)status).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Encode(message);
    }

    /// <summary>
    /// Sends the head of a function's answer on before there is a message, since callers may wait for it before they send theirs. A message that came with it leaves with it.
    /// An answer that ends with its head has its status in it, and is left whole.
    /// </summary>
    /// <param name="response">The answer to the caller, whose headers are complete.</param>
    /// <param name="answer">The function's, whose body is not read yet.</param>
    public static void PassHead(HttpResponse response, HttpResponseMessage answer)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(answer);
        if (!response.Headers.ContainsKey("grpc-status")) answer.Content = new HeadFirstContent(answer.Content, response);
    }

    /// <summary>Percent-encodes what is not printable ASCII, and the percent sign.</summary>
    internal static string Encode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (octet is >= (byte)' ' and <= (byte)'~' and not (byte)'%') encoded.Append((char)octet);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return encoded.ToString();
    }
}
