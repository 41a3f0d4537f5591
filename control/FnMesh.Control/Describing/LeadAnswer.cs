using System.Collections.Immutable;

namespace FnMesh.Control.Describing;

/// <param name="From">What is taken: a rule with its match, or types of events.</param>
/// <param name="To">The app, or an address outside.</param>
/// <param name="Revision">The only revision; null where the app's traffic decides.</param>
/// <param name="Percent">The share by weight.</param>
/// <param name="Functions">Those that the app declares in code for this.</param>
internal sealed record LeadAnswer(string From, string To, string? Revision, double Percent, ImmutableArray<string> Functions);
