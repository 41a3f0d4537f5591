using Google.Protobuf;

namespace FnMesh.Control.Nodes;

/// <summary>A trust bundle as it travels.</summary>
internal static class BundleWords
{
    public static Node.Protocol.TrustBundle ToWords(this Node.Identity.TrustBundle bundle)
    {
        var words = new Node.Protocol.TrustBundle { TrustDomain = bundle.TrustDomain, Sequence = bundle.Sequence };
        words.Authorities.Add(bundle.Authorities.Select(authority => ByteString.CopyFrom(authority.RawData)));
        return words;
    }
}
