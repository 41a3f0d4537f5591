using System.Text;

namespace FnMesh.Gateway.Tests.Wall;

/// <summary>A field of HTTP/2 as bytes, which may be none that the protocol allows.</summary>
internal sealed record Http2Field(byte[] Name, byte[] Value)
{
    public string Text => $"{Encoding.Latin1.GetString(Name)}: {Encoding.Latin1.GetString(Value)}";

    public static Http2Field Of(string name, string value) => new(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
}
