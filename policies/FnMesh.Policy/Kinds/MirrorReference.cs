namespace FnMesh.Policy.Kinds;

/// <param name="Reference">What is named.</param>
/// <param name="Numerator">Of <paramref name="Denominator"/> calls so many are copied.</param>
/// <param name="Denominator">At least 1.</param>
/// <param name="Fault">Why it cannot be a backend whatever the name means; null when the name decides.</param>
internal sealed record MirrorReference(Reference Reference, int Numerator, int Denominator, string? Fault);
