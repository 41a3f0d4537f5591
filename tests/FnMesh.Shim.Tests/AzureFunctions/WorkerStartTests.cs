using FnMesh.Policy.Snapshots;
using FnMesh.Shim.AzureFunctions.Workers;

namespace FnMesh.Shim.Tests.AzureFunctions;

public sealed class WorkerStartTests
{
    [Fact]
    public async Task An_app_is_started_indexed_loaded_and_ended_as_its_worker_wants_it()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("hello"), ScriptedApp.Http("other")));

        Assert.Equal(["hello", "other"], app.Worker.Loaded.Index.Functions.Select(function => function.Name));
        Assert.All(app.Worker.Loaded.Index.Functions, function => Assert.Null(function.LoadFailure));

        Assert.True(await app.Worker.StopAsync(TimeSpan.FromSeconds(5)));
        Assert.False((await app.Lines.FirstAsync("told to end within 5 s")).IsError);
        Assert.Equal("its worker ended with 0", (await app.Worker.Ended).Text);
    }

    [Fact]
    public async Task A_worker_that_leaves_ids_out_of_its_answers_is_understood()
    {
        await using var app = await ScriptedApp.StartAsync("\"copiesRequestIds\": false, " + ScriptedApp.Functions(ScriptedApp.Http("hello"), ScriptedApp.Http("other")));
        Assert.Equal(200, (await app.CallAsync("GET", "/api/other")).Status);
    }

    [Fact]
    public async Task Functions_are_loaded_together_where_the_worker_says_that_it_can()
    {
        await using var app = await ScriptedApp.StartAsync("\"capabilities\": { \"SupportsLoadResponseCollection\": \"true\", \"RawHttpBodyBytes\": \"true\" }, " + ScriptedApp.Functions(ScriptedApp.Http("hello"), ScriptedApp.Http("other", "\"loadFailure\": \"broken\"")));
        Assert.Equal([null, "broken"], app.Worker.Loaded.Index.Functions.Select(function => function.LoadFailure));
    }

    [Fact]
    public async Task A_function_that_cannot_be_loaded_is_kept_and_its_calls_fail()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("broken", "\"loadFailure\": \"no constructor\""), ScriptedApp.Http("good")));

        Assert.Equal(500, (await app.CallAsync("GET", "/api/broken")).Status);
        Assert.Equal(200, (await app.CallAsync("GET", "/api/good")).Status);
        Assert.Equal((true, "function 'broken' was called and is not loaded: no constructor"), await app.Lines.FirstAsync("not loaded"));
    }

    [Theory]
    [InlineData("\"initFailure\": \"the app throws\"", "its worker cannot load the app: the app throws")]
    [InlineData("\"functions\": []", "there is no function in")]
    [InlineData("\"pretendsToBe\": \"somebody-else\", \"functions\": []", "its worker ended with 3 before it served")]
    public async Task What_a_worker_refuses_or_is_refused_ends_its_start(string script, string reason)
    {
        var failure = await Assert.ThrowsAsync<WorkerStartException>(() => ScriptedApp.StartAsync(script));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_does_not_answer_in_time_is_ended_and_the_reason_names_what_it_was_asked_for()
    {
        var failure = await Assert.ThrowsAsync<WorkerStartException>(() => ScriptedApp.StartAsync("\"withholds\": \"init\"", config: "\"processOptions\": { \"initializationTimeout\": \"00:00:01\" }"));
        Assert.Equal("its worker did not load the app within 1 s", failure.Message);
    }

    [Fact]
    public async Task Its_own_words_are_told_apart_on_its_console()
    {
        await using var app = await ScriptedApp.StartAsync("""
            "says": [ "LanguageWorkerConsoleLog[error] loading took long", "LanguageWorkerConsoleLogstarting", "azfuncjsonlog:{}", "user text" ], 
            """ + ScriptedApp.Functions(ScriptedApp.Http("hello")));

        Assert.True((await app.Lines.FirstAsync("[error] loading took long")).IsError);
        Assert.Equal((false, "starting"), await app.Lines.FirstAsync("starting"));
        Assert.Equal((false, "user text"), await app.Lines.FirstAsync("user text"));
        Assert.DoesNotContain(app.Lines.All, line => line.Text.StartsWith("azfuncjsonlog", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_function_logs_comes_before_the_end_of_its_run()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("logs", "\"does\": \"logs\"")));
        Assert.Equal(200, (await app.CallAsync("GET", "/api/logs")).Status);
        Assert.Contains(app.Lines.All, line => line.Text.StartsWith("Function.logs.User: ran logs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_host_json_wants_hidden_is_hidden()
    {
        await using var app = await ScriptedApp.StartAsync(ScriptedApp.Functions(ScriptedApp.Http("logs", "\"does\": \"logs\"")), host: """ "logging": { "logLevel": { "default": "Information", "Function.logs": "Error" } } """);
        Assert.Equal(200, (await app.CallAsync("GET", "/api/logs")).Status);
        Assert.DoesNotContain(app.Lines.All, line => line.Text.Contains("ran logs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_of_the_app_are_put_in_place_of_their_names()
    {
        var app = ScriptedApp.Write(ScriptedApp.Functions(ScriptedApp.Http("hello", binding: "\"route\": \"%PLACE%/x\""), ScriptedApp.Http("lost", binding: "\"route\": \"%NOWHERE%\"")));
        await using (app)
        {
            app.Folder.Write("local.settings.json", """{ "IsEncrypted": false, "Values": { "PLACE": "here" } }""");
            await app.StartAsync();
            Assert.Equal(200, (await app.CallAsync("GET", "/api/here/x")).Status);
            var refusal = Assert.Single(app.Worker.Loaded.Index.Refusals);
            Assert.Equal("error FNM1504: function 'lost' is not served: '%NOWHERE%' needs the setting NOWHERE, which has no value; set it in Values of local.settings.json or in the revision's env", refusal.ToString());
        }
    }

    [Fact]
    public async Task A_runtime_without_a_worker_here_is_refused_with_the_setting_that_names_one()
    {
        var app = ScriptedApp.Write(ScriptedApp.Functions());
        await using (app)
        {
            var failure = await Assert.ThrowsAsync<WorkerStartException>(() => app.StartAsync(env: [new EnvironmentEntry { Name = "FUNCTIONS_WORKER_RUNTIME", Value = "node" }, new EnvironmentEntry { Name = "PATH", Value = "" }]));
            Assert.Contains("languageWorkers__node__workerDirectory", failure.Message, StringComparison.Ordinal);
            Assert.True(failure.IsFinal);
        }
    }
}
