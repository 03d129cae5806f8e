package dev.muster.cli.command.bench;

import picocli.CommandLine.Command;

/** {@code muster bench}: what a server costs on this machine. */
@Command(
        name = "bench",
        description = "Measure what a server costs on this machine: it is started in a process of its own, with a data"
                + " directory that goes away; 'lookup' and 'issue' do without one.",
        subcommands = {
            BenchRegisterCommand.class,
            BenchIdleCommand.class,
            BenchLookupCommand.class,
            BenchIssueCommand.class
        })
public final class BenchCommand {}
