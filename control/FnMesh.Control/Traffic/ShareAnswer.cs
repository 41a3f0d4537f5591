namespace FnMesh.Control.Traffic;

/// <param name="RevisionName">The revision.</param>
/// <param name="Percent">As written; 0 where it is not.</param>
/// <param name="Now">What it gets now: a revision takes its share once it was ready for the first time.</param>
/// <param name="Ready">Whether it has all its endpoints.</param>
/// <param name="Endpoints">How many it has.</param>
/// <param name="Replicas">How many are wanted.</param>
internal sealed record ShareAnswer(string RevisionName, int Percent, double Now, bool Ready, int Endpoints, int Replicas);
