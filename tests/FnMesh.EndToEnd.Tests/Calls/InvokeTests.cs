using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Calls;

public sealed class InvokeTests
{
    [Fact]
    public async Task Functions_in_code_run_by_their_names_whatever_their_trigger()
    {
        await using var relayed = await FunctionServer.StartAsync(_ => new Answer(202));
        await using var mesh = await Mesh.StartAsync(Yaml.Relay("hello", relayed.Url));
        await using var hello = await UpProcess.ByHandAsync(FnMeshProgram.BuiltProgram("hello", "hello"), mesh.Folder.Path, "hello-v1");

        Assert.Equal(new Finished(0, "Hello, Ada!\n", ""), await mesh.CommandAsync("invoke", "greet", "--param", "name=Ada"));
        Assert.Equal(new Finished(0, "", "204 No Content\n"), await mesh.CommandAsync("invoke", "hello/count", "--subject", "Zoe"));
        await hello.Output.FirstAsync(line => line.Contains("Zoe was greeted", StringComparison.Ordinal));

        mesh.Folder.Write("events.json", """[{"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"Eve"},{"specversion":"1.0","id":"2","source":"/s","type":"t","subject":"Bob"}]""");
        Assert.Equal(new Finished(0, "", "204 No Content\n204 No Content\n"), await mesh.CommandAsync("invoke", "count", "--event", "events.json"));
        await hello.Output.AtLeastAsync(2, line => line.Contains("Eve was greeted", StringComparison.Ordinal) || line.Contains("Bob was greeted", StringComparison.Ordinal));

        var unknown = await mesh.CommandAsync("invoke", "gret");
        Assert.Equal((2, "fnmesh: there is no function 'gret'; did you mean 'greet'?"), (unknown.Code, unknown.Error.TrimEnd()));
    }

    [Fact]
    public async Task An_event_goes_to_the_function_alone_and_the_person_is_judged_like_every_caller()
    {
        await using var one = await FunctionServer.StartAsync(_ => new Answer(200, "thanks\n"));
        await using var other = await FunctionServer.StartAsync(_ => new Answer(204));
        string[] policy = [Yaml.App("one", one.Url), Yaml.App("other", other.Url), Yaml.Subscription("charge", "test.made", "one"), Yaml.Subscription("count", "test.made", "other")];
        await using var mesh = await Mesh.StartAsync(policy);

        Assert.Equal(new Finished(0, "thanks\n", ""), await mesh.CommandAsync("invoke", "charge", "-d", """{"a":1}"""));
        var received = Assert.Single(one.Requests.Items);
        Assert.Equal(("POST", "/events", """{"a":1}""", "test.made"), (received.Method, received.Path, received.Body, received.Headers["ce-type"]));
        Assert.Contains("/user/", received.Headers["fnmesh-principal"], StringComparison.Ordinal);
        Assert.True(received.Headers.ContainsKey("traceparent"));

        await mesh.WriteLiveAsync([.. policy, """
            apiVersion: fnmesh.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: { name: closed }
            spec:
              targetRefs: [ { kind: FunctionApp, name: one } ]
              action: ALLOW
              rules: [ { from: [ { principals: [ app/other ] } ], to: [ { operations: [ call ] } ] } ]
            """]);
        var denied = await mesh.CommandAsync("invoke", "charge");
        Assert.Equal(1, denied.Code);
        Assert.Contains("AuthorizationPolicy closed", denied.Error, StringComparison.Ordinal);
        Assert.Empty(other.Requests.Items);
        Assert.Single(one.Requests.Items);
    }
}
