using System.Text;
using System.Text.Json;

namespace FnMesh.Gateway.Tokens;

/// <summary>The parts of a token in compact form (RFC 7515, 7.1); nothing of it is verified.</summary>
internal sealed class JwtParts : IDisposable
{
    private JwtParts(JsonDocument header, JsonDocument payload, byte[] signed, byte[] signature) => (Header, Payload, Signed, Signature) = (header, payload, signed, signature);

    public JsonDocument Header { get; }

    public JsonDocument Payload { get; }

    /// <summary>What the signature is of.</summary>
    public byte[] Signed { get; }

    public byte[] Signature { get; }

    /// <summary>Null for what is no such token.</summary>
    public static JwtParts? Read(ReadOnlySpan<char> token)
    {
        var first = token.IndexOf('.');
        var last = token.LastIndexOf('.');
        if (first < 0 || last == first || token[(first + 1)..last].Contains('.')) return null;
        if (!StrictBase64Url.TryDecode(token[..first], out var header) || !StrictBase64Url.TryDecode(token[(first + 1)..last], out var payload) || !StrictBase64Url.TryDecode(token[(last + 1)..], out var signature)) return null;
        if (TokenJson.Read(header) is not { } readHeader) return null;
        if (TokenJson.Read(payload) is { } readPayload) return new JwtParts(readHeader, readPayload, Encoding.ASCII.GetBytes(token[..last].ToString()), signature);
        readHeader.Dispose();
        return null;
    }

    public void Dispose()
    {
        Header.Dispose();
        Payload.Dispose();
    }
}
