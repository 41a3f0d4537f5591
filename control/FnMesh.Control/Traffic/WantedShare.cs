namespace FnMesh.Control.Traffic;

/// <param name="RevisionName">A revision of the app.</param>
/// <param name="Percent">0 to 100.</param>
internal sealed record WantedShare(string RevisionName, int Percent);
