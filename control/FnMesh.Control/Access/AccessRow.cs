namespace FnMesh.Control.Access;

/// <param name="Who">An app, or all people, all callers without a token, all of a JwtProvider.</param>
/// <param name="Operation">call, publish or deliver.</param>
/// <param name="What">What is called, where to is published, what delivers their events.</param>
/// <param name="May">yes, no or in part.</param>
/// <param name="Limits">Which part, or what closes it; empty where there is nothing to say.</param>
/// <param name="By">The policies that decide with their places; <c>default</c> where none does.</param>
internal sealed record AccessRow(string Who, string Operation, string What, string May, string Limits, string By);
