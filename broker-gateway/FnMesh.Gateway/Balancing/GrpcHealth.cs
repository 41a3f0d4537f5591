using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Forwarding;
using FnMesh.Node.Http;
using Google.Protobuf;

namespace FnMesh.Gateway.Balancing;

/// <summary>gRPC's own health check, grpc.health.v1.Health/Check, over HTTP/2: in clear text with prior knowledge.</summary>
internal static class GrpcHealth
{
    private const string Method = "/grpc.health.v1.Health/Check";

    /// <summary>What comes before a message: whether it is compressed, and its length.</summary>
    private const int PrefixBytes = 5;

    private const int MostAnswerBytes = 4096;
    private const uint ServiceTag = (1 << 3) | (uint)WireFormat.WireType.LengthDelimited;
    private const uint StatusTag = 1 << 3;
    private const int Serving = 1;

    /// <param name="prefix">The endpoint's address.</param>
    /// <param name="service">Empty for the whole server.</param>
    /// <param name="timeout">What the server is told.</param>
    public static HttpRequestMessage Ask(string prefix, string service, TimeSpan timeout)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, prefix + Method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Message(service)) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation(GrpcCall.TimeoutHeader, GrpcCall.FormatTimeout(timeout));
        return request;
    }

    /// <summary>Whether the answer, read to its end, says SERVING.</summary>
    public static async Task<bool> IsServingAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.StatusCode != HttpStatusCode.OK) return false;
        var body = await BoundedBody.ReadAsync(answer.Content, MostAnswerBytes, cancel);
        return !body.Truncated && GrpcStatus.Of(answer.TrailingHeaders) == 0 && StatusOf(body.Bytes.Span) == Serving;
    }

    private static byte[] Message(string service)
    {
        var size = service.Length == 0 ? 0 : 1 + CodedOutputStream.ComputeStringSize(service);
        var message = new byte[PrefixBytes + size];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), size);
        if (size == 0) return message;
        using var stream = new MemoryStream(message, PrefixBytes, size);
        using var output = new CodedOutputStream(stream);
        output.WriteTag(ServiceTag);
        output.WriteString(service);
        output.Flush();
        return message;
    }

    /// <summary>0, UNKNOWN, where it says nothing; null when it is not one message that is not compressed.</summary>
    internal static int? StatusOf(ReadOnlySpan<byte> body)
    {
        if (body.Length < PrefixBytes || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body[1..]) != body.Length - PrefixBytes) return null;
        using var input = new CodedInputStream(body[PrefixBytes..].ToArray());
        var status = 0;
        try
        {
            while (input.ReadTag() is var tag and not 0)
            {
                if (tag == StatusTag) status = input.ReadEnum();
                else input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        return status;
    }
}
