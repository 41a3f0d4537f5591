namespace FnMesh.Control.Access;

/// <summary>What an edit would change for somebody; null where the one who asks, or what is asked for, is not there.</summary>
internal sealed record AccessChange(string Who, string Operation, string What, AccessRow? Before, AccessRow? After);
