using System.Collections.Immutable;
using FnMesh.Node.Protocol;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Nodes;

/// <summary>Decides which announcements count, by their form and by what the policy of now has made of what they declare. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class Judgement
{
    private readonly DeclarationTable _declarations = new();

    /// <inheritdoc cref="DeclarationTable.All"/>
    public ImmutableArray<NodeDeclaration> Declarations => _declarations.All;

    /// <inheritdoc cref="NodeTable.Publish"/>
    public void Consider(PolicySnapshot policy, ImmutableArray<NodeDeclaration> considered, ImmutableDictionary<(string App, string Revision), ImmutableArray<string>> refusals) =>
        _declarations.Consider(policy, considered, refusals);

    /// <summary>Takes what a node announces, and tells it what became of it as soon as that is known.</summary>
    /// <returns>Whether it declares what is new.</returns>
    public bool Take(NodeEntry node, Announcement announcement, Settlement settlement)
    {
        // An endpoint that stands goes on standing until what it says now is judged.
        (node.Announcement, node.LeftWith, node.Unanswered) = (announcement, null, true);
        if (HelloRules.Fault(announcement, node) is { } fault)
        {
            (node.Stands, node.Refusal) = (false, [fault]);
            Settlement.Answer(node);
            return false;
        }

        var isNew = Declare(node);
        Judge(node, settlement);
        return isNew;
    }

    /// <summary>Keeps what a node declares.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Declare(NodeEntry node) => node.Function is { } function && _declarations.Add(node.App, function);

    /// <summary>Decides whether an announcement counts, if that can be known yet and was not found malformed.</summary>
    public void Judge(NodeEntry node, Settlement settlement)
    {
        if (node.Announcement is null || HelloRules.Fault(node.Announcement, node) is not null) return;
        var before = (node.Stands, node.Refusal);
        ImmutableArray<string>? faults = node.Function is { } function ? _declarations.Faults(node.App, function) : [];
        if (faults is not { } refusal) return;
        (node.Stands, node.Refusal) = (refusal.IsEmpty, refusal);
        if (!node.Unanswered && node.Stands == before.Stands && node.Refusal.SequenceEqual(before.Refusal)) return;
        if (node is { Stands: true, IsGateway: false }) settlement.AnswerLater(node);
        else Settlement.Answer(node);
    }
}
