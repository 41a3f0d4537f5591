namespace FnMesh.Control.Http;

/// <param name="Name">As SVIDs name their issuer.</param>
/// <param name="NotBefore">When it begins.</param>
/// <param name="NotAfter">When it ends.</param>
/// <param name="Signs">Whether new SVIDs are signed by it; another one is trusted only while it rotates in or out.</param>
internal sealed record AuthorityAnswer(string Name, DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool Signs);
